// Lint rules. Which folder may import which is not lint's business: see .dependency-cruiser.mjs.
import js from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import tseslint from "typescript-eslint";

/** Files that the limit of lines does not hold for yet. */
const TOO_LONG = [
  // Tables whose rows the formatter spreads over several lines each.
  "test/unit/core/trace/explain.test.ts",
  "test/unit/server/bench/reference/verifyTree.test.ts",
  "test/webview/trace.test.ts",
];

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "test/fixtures/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    plugins: { "@eslint-community/eslint-comments": comments },
    rules: {
      "max-lines": ["error", 400],
      "no-restricted-exports": [
        "error",
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      "@eslint-community/eslint-comments/require-description": ["error", { ignore: ["eslint-enable"] }],
    },
  },
  { files: TOO_LONG, rules: { "max-lines": ["error", 500] } },
  {
    // Their readers take a default export and nothing else.
    files: ["*.config.js", ".dependency-cruiser.mjs", "scripts/lanes/reporter.mjs"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
      ],
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess on typed arrays needs it.
      "@typescript-eslint/prefer-for-of": "off", // Hot loops index flat arrays.
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of string tags." },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["core/laser/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "Date", "performance", "process", "console"] },
  },
  {
    // Vitest reads its configuration from a default export.
    files: ["vitest.config.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "process",
          "console",
          "URL",
          "performance",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "clearInterval",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);
