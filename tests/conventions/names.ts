import ts from 'typescript';

/** Words that do not say what a variable holds. */
const emptyNames = ['given', 'known', 'asked', 'told', 'said', 'found', 'some', 'each', 'many', 'few'];

/** A bound begins with `max` or `min`. */
const oldBound = /^(most|least|longest|greatest)([A-Z]|$)/;

/** Names that leave open what is done, such as `keysIn` and `schemaOf`, and `rowsFrom` unlike `createRowsFrom`. */
const nounForm = /[a-z0-9](Of|In)$|^[a-z]+(From|By|At)$/;

/** Names of functions in a module that end in a preposition, and of variables that say nothing, each with its line. */
export function findPoorNames(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const names: string[] = [];
  const report = (name: ts.Node) => {
    const { line } = source.getLineAndCharacterOfPosition(name.getStart(source));
    names.push(`${line + 1}: ${name.getText(source)}`);
  };
  const visit = (node: ts.Node): void => {
    if (isNamedFunction(node, source) && nounForm.test(node.name.text)) report(node.name);
    if (isVariable(node) && (emptyNames.includes(node.name.text) || oldBound.test(node.name.text))) report(node.name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

type Named<Node extends ts.Node> = Node & { readonly name: ts.Identifier };

const isVariable = (
  node: ts.Node,
): node is Named<ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement> =>
  (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) && ts.isIdentifier(node.name);

/** A function of the module itself, written as such or as a constant. */
function isNamedFunction(
  node: ts.Node,
  source: ts.SourceFile,
): node is Named<ts.FunctionDeclaration | ts.VariableDeclaration> {
  if (ts.isFunctionDeclaration(node)) return node.name !== undefined && node.parent === source;
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || !node.initializer) return false;
  const isFunction = ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer);
  return isFunction && node.parent.parent.parent === source;
}
