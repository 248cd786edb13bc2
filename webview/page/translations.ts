// The language of a page: the bundle that the extension put into it. Imported first, since texts are asked for while modules
// load.
import { TRANSLATIONS_ID, useTranslations, type Translations } from "../../core/base/index.ts";

const given = document.getElementById(TRANSLATIONS_ID)?.textContent;
// Written by our own extension from its own bundle: a map of texts.
if (given !== undefined && given !== "") useTranslations(JSON.parse(given) as Translations);
