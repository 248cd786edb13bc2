// The page of a webview: what its policy lets in, and that nothing it is given can add to it.
import assert from "node:assert/strict";
import { test } from "vitest";
import { contentSecurityPolicy, pageHtml, type PageParts } from "../../../../extension/host/html.ts";
import { table } from "../../../support/check.ts";

const parts: PageParts = {
  title: "Decoding steps",
  cspSource: "https://files.example",
  nonce: "Zm9yIHRlc3Rz",
  scriptUri: "https://files.example/panel.js",
  styleUri: "https://files.example/panel.css",
};

/** Directive → sources. */
function directivesOf(policy: string): Map<string, readonly string[]> {
  return new Map(
    policy.split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
}

test("the policy starts from nothing and opens only what is needed", () => {
  const directives = directivesOf(contentSecurityPolicy(parts.cspSource, parts.nonce));
  assert.deepEqual(directives.get("default-src"), ["'none'"]);
  assert.deepEqual(directives.get("script-src"), ["'nonce-Zm9yIHRlc3Rz'"]);
  assert.deepEqual(directives.get("style-src"), ["https://files.example", "'nonce-Zm9yIHRlc3Rz'"]);
  const sources = [...directives.values()].flat();
  assert.deepEqual(
    sources.filter((source) => /unsafe|^\*|^https?:$|^data:|^blob:/.test(source)),
    [],
  );
  assert.equal(directives.has("connect-src"), false, "default-src keeps the network closed");
});

test("the page carries its policy, the nonce for the toolkit, one script and one style sheet", () => {
  const html = pageHtml(parts);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  assert.equal(policy, contentSecurityPolicy(parts.cspSource, parts.nonce));
  assert.match(html, /<meta property="csp-nonce" content="Zm9yIHRlc3Rz">/);
  const scripts = html.match(/<script\b[^>]*>/g) ?? [];
  assert.deepEqual(scripts, [`<script nonce="${parts.nonce}" type="module" src="${parts.scriptUri}">`]);
  assert.equal(html.match(/<link\b/g)?.length, 1);
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=/);
});

table(
  "hostile parts remain text",
  [
    { name: "in the title", change: { title: "</title><script>alert(1)</script>" } },
    { name: "in an address", change: { scriptUri: '"></script><script src="https://evil.example' } },
  ],
  ({ change }) => {
    const html = pageHtml({ ...parts, ...change });
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.equal(html.match(/<\/script>/g)?.length, 1);
  },
);
