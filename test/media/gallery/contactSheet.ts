// One picture of a screen in all its themes, side by side.
import { pathToFileURL } from "node:url";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { launchBrowser } from "../../../scripts/host/page.mjs";

/** Pixels of each picture on the sheet. */
const WIDTH = 1000;
const COLUMNS = 2;

/** Writes <screen>.png beside the folders of themes, and index.html, which shows all sheets. */
export async function writeSheets(
  folder: string,
  screens: readonly string[],
  themes: readonly string[],
): Promise<void> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: COLUMNS * WIDTH, height: 800 } });
  for (const screen of screens) {
    const file = path.join(folder, `${screen}.html`);
    writeFileSync(file, sheet(screen, themes));
    await page.goto(pathToFileURL(file).href);
    await page.screenshot({ path: path.join(folder, `${screen}.png`), fullPage: true });
  }
  await browser.close();
  const links = screens.map(
    (screen) => `<h2>${screen}</h2><a href="${screen}.html"><img src="${screen}.png" width="100%"></a>`,
  );
  writeFileSync(path.join(folder, "index.html"), `<!doctype html><title>Gallery</title>${links.join("\n")}`);
}

function sheet(screen: string, themes: readonly string[]): string {
  const figures = themes.map(
    (theme) =>
      `<figure><figcaption>${screen}, ${theme}</figcaption><img src="${theme}/${screen}.png"></figure>`,
  );
  return `<!doctype html><title>${screen}</title><style>
    body { display: grid; grid-template-columns: repeat(${COLUMNS}, 1fr); gap: 4px; margin: 0; font: 14px sans-serif }
    figure { margin: 0 } img { width: 100% }
  </style>${figures.join("\n")}`;
}
