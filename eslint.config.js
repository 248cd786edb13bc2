// Lint rules, but for those that need types, which are in .oxlintrc.json. Which folder may import which is not lint's
// business: see .dependency-cruiser.mjs.
import js from "@eslint/js";
import comments from "@eslint-community/eslint-plugin-eslint-comments";
import tseslint from "typescript-eslint";
import { DIALECT } from "./scripts/plainEnglish.mjs";

const noEnums = { selector: "TSEnumDeclaration", message: "Use a union of string tags." };

/** Texts that a user may read: plain words only. An import's path is not such a text. */
const plainEnglish = DIALECT.flatMap(({ wording, instead }) => {
  const message = `A native reader would write: ${instead}.`;
  return [
    { selector: `:not(ImportDeclaration) > Literal[value=/${wording}/]`, message },
    { selector: `TemplateElement[value.cooked=/${wording}/]`, message },
  ];
});

const oneDoor = ["stdout", "stderr"].map((stream) => ({
  selector: `MemberExpression[object.name="process"][property.name="${stream}"]`,
  message: "Print through server/cli/terminal/output.ts.",
}));

export default tseslint.config(
  // AssemblyScript has TypeScript's grammar, and types and functions of its own.
  { ignores: ["dist/", "node_modules/", "test/fixtures/", "server/engine/rows/assembly/"] },
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
  {
    // Their readers take a default export and nothing else.
    files: ["*.config.{js,ts}", ".dependency-cruiser.mjs"],
    rules: { "no-restricted-exports": "off" },
  },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
      ],
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess on typed arrays needs it.
      "@typescript-eslint/prefer-for-of": "off", // Hot loops index flat arrays.
      "no-restricted-syntax": ["error", noEnums],
      "no-console": "error",
    },
  },
  {
    // What a test measured is worth a line; the runner shows it beside the test.
    files: ["test/**/*.ts"],
    rules: { "no-console": ["error", { allow: ["info"] }] },
  },
  {
    files: ["core/laser/**/*.ts"],
    rules: { "no-restricted-globals": ["error", "Date", "performance", "process", "console"] },
  },
  {
    files: ["{core,server,extension,webview}/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", noEnums, ...plainEnglish] },
  },
  {
    // One door to the terminal, where other people's control characters become symbols.
    files: ["server/cli/**/*.ts"],
    ignores: ["server/cli/terminal/output.ts"],
    rules: { "no-restricted-syntax": ["error", noEnums, ...plainEnglish, ...oneDoor] },
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
