// Lint rules. The import zones come from scripts/boundaries.mjs, the table that test/unit/boundaries.test.ts reads
// as well: lint shows an offending import in the editor, the test also sees what lint's patterns cannot.
import path from "node:path";
import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { boundaries, reservedPackages } from "./scripts/boundaries.mjs";

/** How an import from somewhere in `folder` spells `other`, behind its dots: "engine/", "extension/shared/". */
const spelling = (folder, other) => `${path.posix.relative(folder, other).replace(/^(\.\.\/)+/, "")}/`;
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Restrictions on what files of a folder import from another: nothing, or only through its doors. */
function entryPatterns(folder, other) {
  const { mayImport, mayImportTypes = [] } = boundaries[folder];
  const { doors, typeDoors = [] } = boundaries[other];
  // A folder in it has rules of its own: "extension/shared/" is not "extension/".
  const inner = Object.keys(boundaries)
    .filter((name) => name.startsWith(`${other}/`))
    .map((name) => escaped(name.slice(other.length + 1)));
  const notInner = inner.length === 0 ? "" : `(?!(${inner.join("|")})/)`;
  const into = `^(\\.{1,2}/)+${escaped(spelling(folder, other))}${notInner}`;
  const typesOnly = mayImportTypes.includes(other);
  if (!typesOnly && !mayImport.includes(other)) {
    return [{ regex: into, message: `${folder} must not know ${other} (ARCHITECTURE.md, boundaries).` }];
  }
  const open = doors === "any" ? ".*" : [...doors, ...(typesOnly ? typeDoors : [])].map(escaped).join("|");
  const problems = [
    { regex: `${into}(?!(${open})$)`, message: `Enter ${other} through its doors: ${doors}.` },
  ];
  // An import that fits a pattern with allowTypeImports is not judged by the others, so this one names the doors.
  if (typesOnly) {
    problems.push({
      regex: `${into}(${open})$`,
      allowTypeImports: true,
      message: `${folder} may know types of ${other} only.`,
    });
  }
  return problems;
}

/** Inner folders last: their rules replace those of the folder around them. */
const zones = Object.entries(boundaries)
  .sort(([a], [b]) => a.length - b.length)
  .map(([folder, rule]) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            ...Object.keys(boundaries)
              .filter((other) => other !== folder && !folder.startsWith(`${other}/`))
              .flatMap((other) => entryPatterns(folder, other)),
            ...reservedPackages
              .filter(({ folders }) => !folders.includes(folder))
              .map(({ names, folders }) => ({
                regex: `^(${names.map(escaped).join("|")})(/|$)`,
                message: `Only ${folders.join(", ")} knows ${names[0]}.`,
              })),
            ...(rule.pure
              ? [{ regex: "^node:", message: `${folder} is pure: no files, clocks or processes.` }]
              : []),
          ],
        },
      ],
    },
  }));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "test/fixtures/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
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
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess on typed arrays needs it.
      "@typescript-eslint/prefer-for-of": "off", // Hot loops index flat arrays.
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
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
  ...zones,
);
