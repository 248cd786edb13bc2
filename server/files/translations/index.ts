// The language of a program that an editor started: the bundle of texts whose path it gave. Imported first, since some texts are
// asked for while modules load.
import { readFileSync } from "node:fs";
import { useTranslations, type Translations } from "../../../core/base/index.ts";

const file = process.env.LASER_TRANSLATIONS;
if (file !== undefined && file !== "")
  try {
    useTranslations(JSON.parse(readFileSync(file, "utf8")) as Translations);
  } catch {
    // English then: a program must not fail for want of a translation.
  }
