import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** What a module imports: other modules of its tree by name, and everything else as it is written. */
export interface ModuleImports {
	own: string[];
	outside: string[];
}

/** By name: the path in the tree without its extension, with slashes. */
export type Modules = Map<string, ModuleImports>;

const MODULE = /(?<!\.d)\.(ts|js|mjs)$/;

/**
 * Reads which module of a tree imports what. Counted are `import` and `export … from` with and without `type`,
 * `import('…')` as a value and as a type, and `require('…')`.
 *
 * @param folders only these folders of the tree; all of it when left out
 */
export function readModules(root: string, folders: string[] = ['.']): Modules {
	const files = folders.flatMap((folder) =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.map((name) => posix.join(folder, name.replaceAll('\\', '/')))
			.filter((name) => MODULE.test(name)),
	);
	const names = new Set(files.map(nameOf));
	return new Map(files.map((file) => [nameOf(file), readImports(root, file, names)]));
}

const nameOf = (file: string): string => file.replace(MODULE, '');

function readImports(root: string, file: string, names: Set<string>): ModuleImports {
	const imports: ModuleImports = { own: [], outside: [] };
	for (const specifier of specifiersOf(readFileSync(join(root, file), 'utf8'))) {
		const module = specifier.startsWith('.') ? resolveImport(file, specifier, names) : undefined;
		if (module === undefined) imports.outside.push(specifier);
		else imports.own.push(module);
	}
	return imports;
}

/** The module of the tree that a relative import means; a folder is its index. */
function resolveImport(file: string, specifier: string, names: Set<string>): string | undefined {
	const path = posix.join(posix.dirname(file), specifier);
	return [path, nameOf(path), posix.join(path, 'index')].find((name) => names.has(name));
}

/** Everything that a source file imports, as it is written there. */
function specifiersOf(source: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const specifier = specifierOf(node);
		if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest));
	return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
	if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
		return node.argument.literal;
	if (ts.isExternalModuleReference(node)) return node.expression;
	if (!ts.isCallExpression(node)) return undefined;
	const { expression } = node;
	const imports =
		expression.kind === ts.SyntaxKind.ImportKeyword ||
		(ts.isIdentifier(expression) && expression.text === 'require');
	return imports ? node.arguments[0] : undefined;
}

/** Chains of modules that import one another, each beginning and ending with the same one. */
export function findCircles(modules: Modules): string[] {
	const circles: string[] = [];
	const done = new Set<string>();
	const walk = (module: string, path: string[]): void => {
		if (path.includes(module)) {
			circles.push([...path.slice(path.indexOf(module)), module].join(' > '));
			return;
		}
		if (done.has(module)) return;
		for (const used of modules.get(module)?.own ?? []) walk(used, [...path, module]);
		done.add(module);
	};
	for (const module of modules.keys()) walk(module, []);
	return circles;
}
