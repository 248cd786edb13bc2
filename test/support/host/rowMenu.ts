// Menus of rows in VS Code's lists, chosen from as a user does.
import type { Locator, Page } from "playwright-core";

/** Chooses an item from the menu of a row. */
export async function chooseInMenu(page: Page, row: Locator, item: string): Promise<void> {
  await row.click({ button: "right" });
  // A menu that has just been opened takes no click yet, but keys.
  const menu = page.locator(".monaco-menu");
  await menu.getByText(item).hover();
  await menu.locator(".action-item.focused", { hasText: item }).waitFor();
  await page.keyboard.press("Enter");
  await menu.waitFor({ state: "detached" });
}
