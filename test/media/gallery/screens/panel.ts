// A run in the side panel: as text and as steps, in a narrow side bar and with everything twice as large.
import type { Editor } from "../../../support/host/editor.ts";
import { RUN_MS, runEnded, type ScreenGroup } from "../screen.ts";

const LEAST_PX = 250;
/** What a window of 1,280 × 800 shows at 200 %. */
const DOUBLED = { width: 640, height: 400 };
const WINDOW = { width: 1280, height: 800 };

/** Drags the edge of the side bar. */
async function setWidth(editor: Editor, width: number): Promise<void> {
  const box = await editor.page.locator(".part.sidebar").boundingBox();
  if (box === null) throw new Error("there is no side bar");
  const { mouse } = editor.page;
  await mouse.move(box.x + box.width, 500);
  await mouse.down();
  await mouse.move(box.x + width, 500, { steps: 5 });
  await mouse.up();
  await mouse.move(900, 600);
}

const token = async (editor: Editor) =>
  (await editor.panel()).locator(
    ".stream .token.rejected, .stream .token.relaxed, .stream .token.correction",
  );
const card = async (editor: Editor) => (await editor.panel()).locator(".card .sentence");
const showView = async (editor: Editor, name: RegExp): Promise<void> => {
  await (await editor.panel()).getByRole("button", { name }).click();
};
const steps = async (editor: Editor) => (await editor.panel()).locator("laser-step-list .row").first();

export const PANEL: ScreenGroup = {
  name: "panel",
  screens: [
    {
      name: "panel-text",
      reach: async (editor) => {
        await editor.openFile("book.prompty");
        await editor.runCommand("LASER: Generate");
        await runEnded(editor);
        await editor.showViewAlone("Decoding Steps");
        await setWidth(editor, 400);
      },
      shown: async (editor) => (await editor.panel()).locator(".stream .token").first(),
    },
    {
      name: "panel-plain-measured",
      reach: async (editor) => {
        const button = (await editor.panel()).getByRole("button", { name: "Measure plain run" });
        await button.first().click();
        await button.first().waitFor({ state: "detached", timeout: RUN_MS });
        await runEnded(editor);
      },
      shown: (editor) => editor.page.locator(".statusbar-item", { hasText: "ready" }),
    },
    {
      name: "panel-card",
      reach: async (editor) => (await token(editor)).first().click(),
      shown: card,
    },
    {
      name: "panel-marks",
      reach: (editor) => showView(editor, /^Marks/),
      shown: async (editor) => (await editor.panel()).locator(".meanings"),
      leave: (editor) => showView(editor, /^Marks/),
    },
    { name: "panel-steps", reach: (editor) => showView(editor, /^Steps/), shown: steps },
    { name: "panel-narrow-steps", reach: (editor) => setWidth(editor, LEAST_PX), shown: steps },
    { name: "panel-narrow-text", reach: (editor) => showView(editor, /^Text/), shown: card },
    {
      name: "panel-doubled",
      reach: (editor) => editor.page.setViewportSize(DOUBLED),
      shown: card,
      leave: (editor) => editor.page.setViewportSize(WINDOW),
    },
    {
      name: "answer",
      isHover: true,
      reach: async (editor) => {
        await editor.page.getByRole("tab", { name: /^book\.answer/ }).click();
        await editor.page.keyboard.press("Control+Home");
        await editor.runCommand("Show or Focus Hover");
      },
      shown: (editor) => editor.page.locator(".monaco-hover:visible .hover-contents").first(),
    },
  ],
};
