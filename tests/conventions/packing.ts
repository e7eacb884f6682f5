import ts from 'typescript';

/** Places where lines were packed to get under a limit: a literal spread into a literal, or taken apart at once. */
export function findPacking(text: string): string[] {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  const places: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isSpreadLiteral(node) || isUnpackedLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      places.push(`${line + 1}: ${node.getText(source)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}

const isLiteral = (node: ts.Node) => ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node);

/** `{ ...{ a, b }, c }`. A spread in the arguments of a call is something else. */
const isSpreadLiteral = (node: ts.Node): boolean =>
  (ts.isSpreadAssignment(node) || ts.isSpreadElement(node)) && isLiteral(node.expression) && isLiteral(node.parent);

/** `const [a, b] = [c, d]`. A literal that spreads others gives them defaults. */
function isUnpackedLiteral(node: ts.Node): boolean {
  if (!ts.isVariableDeclaration(node) || !node.initializer || ts.isIdentifier(node.name)) return false;
  let { initializer } = node;
  while (ts.isAsExpression(initializer) || ts.isParenthesizedExpression(initializer))
    initializer = initializer.expression;
  return isLiteral(initializer) && !initializer.getChildren().some(hasSpread);
}

const hasSpread = (node: ts.Node): boolean =>
  ts.isSpreadAssignment(node) || ts.isSpreadElement(node) || node.getChildren().some(hasSpread);
