// The base of all elements: rendered in the light DOM, so that the page's style sheet applies, and ids and
// labels reach across elements.
import { LitElement } from "lit";

export class LightElement extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
