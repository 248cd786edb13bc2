// Iterates over the tokens of one piece.
import { t } from "../../base/index.ts";
import { SyntaxMistake } from "./faults.ts";
import { tokenize, type Token } from "./tokens.ts";

/** Reads the tokens of one piece. Its methods throw SyntaxMistake. */
export class TokenReader {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(template: string, start: number, end: number) {
    this.tokens = tokenize(template, start, end);
  }

  get token(): Token {
    return this.tokens[this.at]!;
  }

  isName(...names: string[]): boolean {
    return this.token.kind === "name" && (names.length === 0 || names.includes(this.token.value));
  }

  isSign(...signs: string[]): boolean {
    return this.token.kind === "sign" && signs.includes(this.token.value);
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== "end") this.at++;
    return token;
  }

  skipName(name: string): boolean {
    const found = this.isName(name);
    if (found) this.at++;
    return found;
  }

  skipSign(sign: string): boolean {
    const found = this.isSign(sign);
    if (found) this.at++;
    return found;
  }

  expectSign(sign: string): Token {
    if (!this.isSign(sign)) throw this.unexpected(`"${sign}"`);
    return this.next();
  }

  expectName(what = "a name"): Token {
    if (this.token.kind !== "name") throw this.unexpected(what);
    return this.next();
  }

  expectEnd(): void {
    if (this.token.kind !== "end") throw this.unexpected(t("the end"));
  }

  unexpected(wanted: string): SyntaxMistake {
    const { kind, value } = this.token;
    const found =
      kind === "end" ? t("it ends") : kind === "text" ? t("a text is found") : t('"{0}" is found', value);
    return new SyntaxMistake(t("{0} where {1} is expected", found, wanted));
  }
}
