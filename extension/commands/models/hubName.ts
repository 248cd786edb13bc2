// A model of the Hugging Face Hub as somebody types or pastes it.

const PART = "[A-Za-z0-9][A-Za-z0-9._-]*";
const NAME = new RegExp(`^(${PART}/${PART})(?::(${PART}))?$`);

/** "user/repo" or "user/repo:Q4_K_M" of such a name, "hf:user/repo" or the address of its page; null for anything else. */
export function hubNameOf(typed: string): string | null {
  const name = typed
    .trim()
    .replace(/^hf:/, "")
    .replace(/^https:\/\/(?:huggingface\.co|hf\.co)\//, "")
    .replace(/\/(?:tree\/main)?$/, "");
  return NAME.test(name) && !name.includes("..") ? name : null;
}
