// @ts-check
// Checks whether this Node can run the project. Even a Node that is too old must be able to read this file,
// so it must not import anything nor use syntax newer than Node 12.

const LEAST_MAJOR = 20;
const LEAST_MINOR = 19;

/**
 * The problem of a Node version, with the next step; null if there is none.
 * @param {string} version without the leading v, such as "20.19.0"
 * @returns {string | null}
 */
export function nodeVersionProblem(version) {
  const parts = version.split(".");
  const major = Number(parts[0]);
  const minor = Number(parts[1]);
  if (major > LEAST_MAJOR || (major === LEAST_MAJOR && minor >= LEAST_MINOR)) return null;
  return (
    "This is Node " +
    version +
    ", but LASER Inspector needs Node 20.19 or newer.\n" +
    "Next: install it from https://nodejs.org (or run: nvm install 20), then run the same command again."
  );
}
