// Where an exported file is shown.

export type ExportFormat = "html" | "csv";

/** In the system's browser or file manager, in the editor's explorer, or as text in an editor. */
export type ExportStep = "browser" | "fileManager" | "explorer" | "editor";

/**
 * A report is a page for a browser: as text it is half a megabyte of markup. If the files are on another machine, the
 * browser could only download it.
 * @param isHere whether files and editor are on one machine
 */
export function exportSteps(format: ExportFormat, isHere: boolean): readonly ExportStep[] {
  if (format === "csv") return ["editor"];
  return isHere ? ["browser", "fileManager"] : ["explorer"];
}
