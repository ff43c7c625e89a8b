/**
 * The syntax tree, and how Go writes its nodes back as text: error messages quote them so. Trees hold no state of an
 * execution and may be shared by any number of them.
 */
import type { NumberValue } from './number.ts';
import { quote } from './quote.ts';

/** The text that a node was parsed from, and the name under which errors speak of it. */
export interface Source {
  readonly parseName: string;
  readonly text: string;
}

interface NodeBase {
  readonly source: Source;
  /** In UTF-16 units of the source's text. */
  readonly pos: number;
}

export interface ListNode extends NodeBase {
  readonly type: 'list';
  readonly nodes: Node[];
}
export interface TextNode extends NodeBase {
  readonly type: 'text';
  readonly text: string;
}
export interface ActionNode extends NodeBase {
  readonly type: 'action';
  readonly pipe: PipeNode;
}
export interface PipeNode extends NodeBase {
  readonly type: 'pipe';
  isAssign: boolean;
  readonly decl: VariableNode[];
  readonly cmds: CommandNode[];
}
export interface CommandNode extends NodeBase {
  readonly type: 'command';
  readonly args: Node[];
}
export interface IdentifierNode extends NodeBase {
  readonly type: 'identifier';
  readonly ident: string;
}
export interface VariableNode extends NodeBase {
  readonly type: 'variable';
  /** The variable's name, `$` included, then fields. */
  readonly ident: readonly string[];
}
export interface FieldNode extends NodeBase {
  readonly type: 'field';
  readonly ident: readonly string[];
}
export interface ChainNode extends NodeBase {
  readonly type: 'chain';
  readonly node: Node;
  readonly field: string[];
}
export interface DotNode extends NodeBase {
  readonly type: 'dot';
}
export interface NilNode extends NodeBase {
  readonly type: 'nil';
}
export interface BoolNode extends NodeBase {
  readonly type: 'bool';
  readonly value: boolean;
}
export interface NumberNode extends NodeBase {
  readonly type: 'number';
  readonly text: string;
  readonly value: NumberValue;
}
export interface StringNode extends NodeBase {
  readonly type: 'string';
  /** As written, with its quotes. */
  readonly quoted: string;
  readonly text: string;
}
export interface BranchNode extends NodeBase {
  readonly type: 'if' | 'range' | 'with';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface TemplateNode extends NodeBase {
  readonly type: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export interface LoopControlNode extends NodeBase {
  readonly type: 'break' | 'continue';
}
/** Ends a list; never part of a tree. */
export interface EndNode extends NodeBase {
  readonly type: 'end' | 'else';
}

export type Node =
  | ListNode
  | TextNode
  | ActionNode
  | PipeNode
  | CommandNode
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | BranchNode
  | TemplateNode
  | LoopControlNode
  | EndNode;

/** One named template. */
export interface Tree {
  readonly name: string;
  readonly root: ListNode;
  /** The root is parsed when it is asked for, and is not empty. */
  readonly isLate?: true;
}

/** A node as Go's String() writes it. */
export function nodeText(node: Node): string {
  switch (node.type) {
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'text':
    case 'number':
      return node.text;
    case 'action':
      return `{{${pipeText(node.pipe)}}}`;
    case 'pipe':
      return pipeText(node);
    case 'command':
      return node.args.map(operandText).join(' ');
    case 'identifier':
      return node.ident;
    case 'variable':
      return node.ident.join('.');
    case 'field':
      return `.${node.ident.join('.')}`;
    case 'chain':
      return [operandText(node.node), ...node.field].join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
      return node.quoted;
    case 'if':
    case 'range':
    case 'with':
      return branchText(node);
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
    case 'end':
    case 'else':
      return `{{${node.type}}}`;
  }
}

function operandText(node: Node): string {
  return node.type === 'pipe' ? `(${pipeText(node)})` : nodeText(node);
}

function pipeText(pipe: PipeNode): string {
  const cmds = pipe.cmds.map(nodeText).join(' | ');
  if (pipe.decl.length === 0) return cmds;
  return `${pipe.decl.map(nodeText).join(', ')} ${pipe.isAssign ? '=' : ':='} ${cmds}`;
}

function branchText(node: BranchNode): string {
  const otherwise = node.elseList === undefined ? '' : `{{else}}${nodeText(node.elseList)}`;
  return `{{${node.type} ${pipeText(node.pipe)}}}${nodeText(node.list)}${otherwise}{{end}}`;
}

/** Whether a tree holds nothing but space (comments are gone by then). */
export function isEmptyTree(node: Node): boolean {
  if (node.type === 'list') return node.nodes.every(isEmptyTree);
  return (
    node.type === 'text' &&
    /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/.test(node.text)
  );
}
