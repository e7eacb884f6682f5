import ts from 'typescript';

const branches: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.ForStatement,
]);

/** Whether a source can go one way or another. A type, a list or a call of something else cannot. */
export function hasBranch(text: string): boolean {
  const source = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest);
  const isOrHasBranch = (node: ts.Node): boolean =>
    branches.has(node.kind) || ts.forEachChild(node, isOrHasBranch) === true;
  return isOrHasBranch(source);
}
