/** Calls report(node, source) for every import, re-export, import() and require() of a literal. */
export function importVisitor(report) {
  const declared = (node) => {
    if (node.source) report(node, node.source.value);
  };
  return {
    ImportDeclaration: declared,
    ExportNamedDeclaration: declared,
    ExportAllDeclaration: declared,
    TSImportType(node) {
      const literal = node.source ?? node.argument?.literal;
      if (typeof literal?.value === 'string') report(node, literal.value);
    },
    TSExternalModuleReference(node) {
      if (typeof node.expression.value === 'string') report(node, node.expression.value);
    },
    ImportExpression(node) {
      if (node.source.type === 'Literal') report(node, node.source.value);
    },
    'CallExpression[callee.name="require"]'(node) {
      const [argument] = node.arguments;
      if (argument?.type === 'Literal') report(node, argument.value);
    },
  };
}
