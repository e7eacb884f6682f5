/** What a JSON document shows to its users, by kind. */
export interface PublicNames {
  readonly fields: string[];
  readonly values: string[];
  readonly operations: string[];
}

/** Collects names from an OpenAPI document or a JSON schema. */
export function collectNames(
  document: unknown,
  names: PublicNames = { fields: [], values: [], operations: [] },
): PublicNames {
  if (Array.isArray(document)) for (const item of document) collectNames(item, names);
  else if (typeof document === 'object' && document !== null) {
    const json = document as Record<string, unknown>;
    names.fields.push(...Object.keys((json['properties'] as object | undefined) ?? {}));
    if (typeof json['in'] === 'string') names.fields.push(String(json['name']));
    const values = [json['enum'], json['const'], json['x-role']].flat();
    names.values.push(...values.filter((value) => typeof value === 'string'));
    if (typeof json['operationId'] === 'string') names.operations.push(json['operationId']);
    for (const value of Object.values(json)) collectNames(value, names);
  }
  return names;
}

/** Names that a module exports. */
export function listExports(source: string): string[] {
  const declared = source.matchAll(
    /^export (?:default )?(?:async |abstract |declare )*(?:const|let|class|enum|interface|type|function\*?) (\w+)/gm,
  );
  const listed = source.matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  const aliases = [...listed].flatMap(([, names = '']) => names.split(','));
  return [
    ...[...declared].map(([, name = '']) => name),
    ...aliases.map((name) => name.trim().split(/\s+/).at(-1) ?? '').filter((name) => name !== ''),
  ];
}

const quoted = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
const comments = /\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/[^\n]*/g;

export interface ScriptWords {
  /** Identifiers, and texts of one word: field names, ids, paths and labels. */
  readonly names: string[];
  /** Texts of several words. */
  readonly sentences: string[];
}

/** What a script of the page says: its identifiers and its texts, but not its comments. */
export function readScript(source: string): ScriptWords {
  const code = source.replaceAll(comments, '');
  const texts = [...code.matchAll(quoted)].map(([, single, double, template]) => single ?? double ?? template ?? '');
  const identifiers = code.replaceAll(quoted, ' ').match(/[A-Za-z_$][\w$]*/g) ?? [];
  // A template holds expressions beside words.
  const inTemplates = texts.flatMap((text) =>
    [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, expression = '']) => expression),
  );
  const plain = texts.map((text) => text.replaceAll(/\$\{[^}]*\}/g, '').trim());
  return {
    names: [
      ...identifiers,
      ...inTemplates.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []),
      ...plain.filter(isOneWord),
    ],
    sentences: plain.filter((text) => !isOneWord(text)),
  };
}

/** What a page of HTML says: attributes, and labels of one word as names; the rest as sentences. */
export function readMarkup(source: string): ScriptWords {
  const attributes = [...source.matchAll(/="([^"]*)"/g)].map(([, value = '']) => value.trim());
  const texts = [...source.matchAll(/>([^<>]+)</g)].map(([, text = '']) => text.trim());
  const all = [...attributes, ...texts].filter((text) => text !== '');
  return { names: all.filter(isOneWord), sentences: all.filter((text) => !isOneWord(text)) };
}

/** Commands, keys and paths of a page of Markdown: inline code, blocks of a language, and addresses of links. */
export function readMarkdownCode(source: string): string[] {
  const blocks = [...source.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const prose = source.replaceAll(/^```[\s\S]*?^```/gm, '');
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const links = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, address = '']) => address);
  return [...blocks, ...inline, ...links].flatMap((text) => text.split(/\s+/));
}

const isOneWord = (text: string): boolean => /^\S+$/.test(text);
