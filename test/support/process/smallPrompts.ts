// Small prompts that tables of the language features share.

export const FILM = `---
name: Film
laser:
  strategy: laser
sample:
  reader: Mary
  film: {title: Emma, year: 1996}
---
system:
You know films.

user:
What does {{ reader }} think of {{ film.title | upper }}?
`;
/** The body of a small prompt, after a front matter with these lines. */
export const withYaml = (yaml: string, body = "user:\nHello\n"): string => `---\n${yaml}\n---\n${body}`;
