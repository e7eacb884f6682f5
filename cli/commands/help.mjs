// How a declared command is explained: in one line, on the terminal, and in docs/cli.md.

/**
 * @typedef {object} OptionDeclaration
 * @property {'boolean' | 'string'} type
 * @property {string} summary
 * @property {string | boolean} [default]
 * @property {boolean} [required]
 * @property {readonly string[]} [choices]
 * @property {string} [value] What stands for the value in texts.
 *
 * @typedef {object} CommandDeclaration
 * @property {string} call
 * @property {string} summary
 * @property {string} [details]
 * @property {{ name: string, min: number, max: number, summary: string, choices?: readonly string[], default?: string }} [arguments]
 * @property {Readonly<Record<string, OptionDeclaration>>} options
 * @property {string} example
 */

const lineWidth = 100;

/** @param {OptionDeclaration} option */
function formatOption(name, option) {
  if (option.type === 'boolean') return `--${name}`;
  return `--${name} ${option.choices?.join('|') ?? option.value}`;
}

/** @param {CommandDeclaration} command */
function formatUsageArguments({ arguments: positionals }) {
  if (positionals === undefined) return [];
  const name = positionals.max === 1 && positionals.choices ? positionals.choices.join('|') : positionals.name;
  const repeated = positionals.max === 1 ? name : `${name}...`;
  return [positionals.min === 0 ? `[${repeated}]` : repeated];
}

/** @param {CommandDeclaration} command */
export function formatUsage(command) {
  const options = Object.entries(command.options).map(([name, option]) =>
    option.required ? formatOption(name, option) : `[${formatOption(name, option)}]`,
  );
  const words = [...options, ...formatUsageArguments(command)];
  return `Usage: ${[command.call, ...(words.length > 0 ? ['--', ...words] : [])].join(' ')}`;
}

/** @param {OptionDeclaration} option */
function formatDefault(option) {
  if (option.required) return 'required';
  return option.type === 'boolean' ? 'default: off' : `default: ${option.default ?? 'none'}`;
}

/** @param {CommandDeclaration} command */
const listOptions = ({ options }) =>
  Object.entries(options).map(([name, option]) => ({
    term: formatOption(name, option),
    note: formatDefault(option),
    text: option.summary,
  }));

/** @param {CommandDeclaration} command */
function listArguments({ arguments: positionals }) {
  if (positionals === undefined) return [];
  const { choices, default: ifNone = 'all', max, min, name, summary } = positionals;
  const isList = choices !== undefined && max > 1;
  const text = isList ? `${summary} Choose from: ${choices.join(', ')}.` : summary;
  return [{ term: name, note: min === 0 ? `default: ${ifNone}` : 'required', text }];
}

function wrapText(text, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== '' && indent + line.length + 1 + word.length > lineWidth) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

function formatList(title, rows) {
  if (rows.length === 0) return [];
  const lines = rows.map(({ note, term, text }) => `  ${term}  (${note})\n      ${wrapText(text, 6)}`);
  return ['', `${title}:`, ...lines];
}

/** @param {CommandDeclaration} command */
export function formatHelp(command) {
  return [
    wrapText([command.summary, command.details].filter(Boolean).join(' '), 0),
    '',
    formatUsage(command),
    ...formatList('Arguments', listArguments(command)),
    ...formatList('Options', listOptions(command)),
    '',
    'Example:',
    `  ${command.example}`,
    '',
  ].join('\n');
}

const quoteCode = (text) => `\`${text.replaceAll('|', '\\|')}\``;

/** A default is a value to type, with characters that a page would take for emphasis. */
const formatNote = (note) => note.replace(/^default: (.*)$/, (_, value) => `default: ${quoteCode(value)}`);

function formatTable(title, rows) {
  if (rows.length === 0) return [];
  const lines = rows.map(({ note, term, text }) => `| ${quoteCode(term)} | ${formatNote(note)} | ${text} |`);
  return ['', `| ${title} | | |`, '| --- | --- | --- |', ...lines];
}

/** @param {CommandDeclaration} command */
function formatSection(command) {
  return [
    '',
    `## ${command.call}`,
    '',
    [command.summary, command.details].filter(Boolean).join(' '),
    ...formatTable('argument', listArguments(command)),
    ...formatTable('option', listOptions(command)),
    '',
    '```sh',
    command.example,
    '```',
  ];
}

/** @param {Readonly<Record<string, CommandDeclaration>>} commands */
export function formatReference(commands) {
  return [
    '# Commands',
    '',
    'This page lists every command of the project and its options. Each command prints its own part with `--help`, for instance `npm start -- --help`.',
    'An unknown command or option ends with exit code 2.',
    'Generated from `cli/commands/declarations.mjs` by `npm run generate`.',
    ...Object.values(commands).flatMap(formatSection),
    '',
  ].join('\n');
}
