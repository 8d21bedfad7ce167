"""The rules by which faults are made.

A `Site` is a place in a file and what may be done there. Every fault is built in beside the original and chosen at run
time, so `replacement` keeps the original's meaning while the fault is off. Operators become operators of their own, with
the precedence of the original: no expression has to be taken apart, and one that does not fit the generic declaration
fails to compile and is dropped.
"""

import re
from dataclasses import dataclass
from typing import Callable

from source import end_of_parentheses


@dataclass
class Site:
  kind: str
  start: int
  end: int
  # What the fault says, for people: "+ becomes -".
  fault: str
  # The new text and the declarations that it needs, for a fault's number.
  replacement: Callable[[int], str]
  declaration: Callable[[int], str]


# One character for each fault, all of which Swift takes for operators.
OPERATORS = [chr(code) for span in ((0x2200, 0x22FF), (0x2A00, 0x2AFF), (0x2900, 0x2982), (0x29A0, 0x29D7))
             for code in range(*span)]


def _operator(number):
  return OPERATORS[number]


def _infix(precedence, constraints, result, on, off):
  """An operator that is `on` with the fault and `off` without; `constraints` are alternatives for the type."""
  def declaration(number):
    lines = [f"infix operator {_operator(number)}: {precedence}"]
    for constraint in constraints:
      lines.append(
        f"@inline(__always) func {_operator(number)} <T: {constraint}>(a: T, b: T) -> {result} "
        f"{{ nvitIsFaulty({number}) ? {on} : {off} }}")
    return "\n".join(lines)
  return declaration


def _assigning(constraint, on, off):
  def declaration(number):
    return (f"infix operator {_operator(number)}: AssignmentPrecedence\n"
            f"@inline(__always) func {_operator(number)} <T: {constraint}>(a: inout T, b: T) "
            f"{{ if nvitIsFaulty({number}) {{ {on} }} else {{ {off} }} }}")
  return declaration


def _logical(on, off, precedence):
  def declaration(number):
    return (f"infix operator {_operator(number)}: {precedence}\n"
            f"@inline(__always) func {_operator(number)} (a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool "
            f"{{ nvitIsFaulty({number}) ? try {on} : try {off} }}")
  return declaration


def _function(parameters, generic, result, on, off):
  def declaration(number):
    return (f"@inline(__always) func nvitFault{number}{generic}({parameters}) -> {result} "
            f"{{ nvitIsFaulty({number}) ? {on} : {off} }}")
  return declaration


NUMBERS = ["FloatingPoint", "BinaryInteger"]
INFIX = {
  "+": [("arithmetic", "-", "AdditionPrecedence", ["AdditiveArithmetic"], "T", "a - b"),
        ("term", None, "AdditionPrecedence", ["AdditiveArithmetic"], "T", "a")],
  "-": [("arithmetic", "+", "AdditionPrecedence", ["AdditiveArithmetic"], "T", "a + b"),
        ("term", None, "AdditionPrecedence", ["AdditiveArithmetic"], "T", "a")],
  "*": [("arithmetic", "/", "MultiplicationPrecedence", NUMBERS, "T", "a / b"),
        ("term", None, "MultiplicationPrecedence", ["Numeric"], "T", "a")],
  "/": [("arithmetic", "*", "MultiplicationPrecedence", NUMBERS, "T", "a * b"),
        ("term", None, "MultiplicationPrecedence", NUMBERS, "T", "a")],
  "%": [("arithmetic", "/", "MultiplicationPrecedence", ["BinaryInteger"], "T", "a / b")],
  "<": [("boundary", "<=", "ComparisonPrecedence", ["Comparable"], "Bool", "a <= b"),
        ("comparison", ">=", "ComparisonPrecedence", ["Comparable"], "Bool", "a >= b")],
  "<=": [("boundary", "<", "ComparisonPrecedence", ["Comparable"], "Bool", "a < b"),
         ("comparison", ">", "ComparisonPrecedence", ["Comparable"], "Bool", "a > b")],
  ">": [("boundary", ">=", "ComparisonPrecedence", ["Comparable"], "Bool", "a >= b"),
        ("comparison", "<=", "ComparisonPrecedence", ["Comparable"], "Bool", "a <= b")],
  ">=": [("boundary", ">", "ComparisonPrecedence", ["Comparable"], "Bool", "a > b"),
         ("comparison", "<", "ComparisonPrecedence", ["Comparable"], "Bool", "a < b")],
  "==": [("comparison", "!=", "ComparisonPrecedence", ["Equatable"], "Bool", "a != b")],
  "!=": [("comparison", "==", "ComparisonPrecedence", ["Equatable"], "Bool", "a == b")],
}
ASSIGNING = {"+=": "AdditiveArithmetic", "-=": "AdditiveArithmetic", "*=": "Numeric", "/=": "FloatingPoint"}


def _infix_sites(code):
  for found in re.finditer(r"(?<=[\s])(\+|-|\*|/|%|<|<=|>|>=|==|!=)(?=\s)", code):
    before = code[:found.start()].rstrip()
    # `func < (…)` declares an operator, and `reduce(0, +)` hands one over.
    if before.endswith(("func", "(", ",", "=", "{", ":")):
      continue
    token = found.group()
    for kind, other, precedence, constraints, result, on in INFIX[token]:
      fault = f"`{token}` becomes `{other}`" if other else f"what follows `{token}` is left out"
      yield Site(kind, *found.span(), fault, _operator,
                 _infix(precedence, constraints, result, on, f"a {token} b"))
  for found in re.finditer(r"(?<=\s)(&&|\|\|)(?=\s)", code):
    token = found.group()
    other = "||" if token == "&&" else "&&"
    precedence = "LogicalConjunctionPrecedence" if token == "&&" else "LogicalDisjunctionPrecedence"
    yield Site("logic", *found.span(), f"`{token}` becomes `{other}`", _operator,
               _logical(f"(a {other} b())", f"(a {token} b())", precedence))
  for found in re.finditer(r"(?<=\s)(\+=|-=|\*=|/=)(?=\s)", code):
    token = found.group()
    other = {"+=": "-=", "-=": "+="}.get(token)
    if other:
      yield Site("assignment", *found.span(), f"`{token}` becomes `{other}`", _operator,
                 _assigning(ASSIGNING[token], f"a {other} b", f"a {token} b"))
    yield Site("assignment", *found.span(), f"`{token}` is left out", _operator,
               _assigning(ASSIGNING[token], "", f"a {token} b"))
  for found in re.finditer(r"(?<=[\w\)\]])\.\.<(?=[\w\(])", code):
    yield Site("range", *found.span(), "the range ends one earlier", _operator,
               lambda number: f"infix operator {_operator(number)}: RangeFormationPrecedence\n"
               f"@inline(__always) func {_operator(number)} (a: Int, b: Int) -> Range<Int> "
               f"{{ nvitIsFaulty({number}) ? a..<Swift.max(a, b - 1) : a..<b }}")
    yield Site("range", *found.span(), "the range starts one later", _operator,
               lambda number: f"infix operator {_operator(number)}: RangeFormationPrecedence\n"
               f"@inline(__always) func {_operator(number)} (a: Int, b: Int) -> Range<Int> "
               f"{{ nvitIsFaulty({number}) ? Swift.min(a + 1, b)..<b : a..<b }}")
  for found in re.finditer(r"(?<=[\s(\[])-(?=[A-Za-z(])", code):
    yield Site("sign", *found.span(), "the sign is left out", _operator,
               lambda number: f"prefix operator {_operator(number)}\n"
               f"@inline(__always) prefix func {_operator(number)} <T: SignedNumeric>(a: T) -> T "
               f"{{ nvitIsFaulty({number}) ? a : -a }}")


def _constant_sites(code):
  for found in re.finditer(r"(?<![\w.$\\])(\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?)(?![\w.]|\s*:)", code):
    text = found.group()
    value = float(text.replace("_", ""))
    # What only keeps a division from 0 may be twice as large.
    if 0 < value <= 1e-6:
      continue
    if "." in text or "e" in text:
      changes = [("doubled", "a * 2"), ("0", "a * 0")] if value else [("1", "a + 1")]
    else:
      changes = [("one more", "a + 1")] + ([("one less", "a - 1")] if value >= 1 else [])
      changes += [("doubled", "a * 2")] if value >= 3 else []
    for name, on in changes:
      yield Site("constant", *found.span(), f"{text} is {name}", lambda number, text=text: f"nvitFault{number}({text})",
                 _function("_ a: T", "<T: Numeric>", "T", on, "a"))
  for found in re.finditer(r"(?<![\w.])(true|false)\b(?!\s*:)", code):
    text = found.group()
    yield Site("constant", *found.span(), f"{text} is the other", lambda number, text=text: f"nvitFault{number}({text})",
               _function("_ a: Bool", "", "Bool", "!a", "a"))


def _condition_sites(code):
  for found in re.finditer(r"(?m)^\s*(?:\} else )?(?:if|while) (?!let |var |case |#)(.+) \{[ ]*$|"
                           r"^\s*guard (?!let |var |case )(.+?) else \{", code):
    group = 1 if found.group(1) else 2
    condition = found.group(group)
    depth = 0
    for character in condition:
      depth += (character in "([{") - (character in ")]}")
      if character == "," and depth == 0:
        break
    else:
      if depth == 0 and not condition.isspace() and not re.search(r"\b(try|let|case)\b", condition):
        yield Site("condition", *found.span(group), f"`{condition.strip()}` is negated",
                   lambda number, condition=condition: ("nvitFault%d(" % number, ")"),
                   _function("_ a: Bool", "", "Bool", "!a", "a"))
  for found in re.finditer(r"(?:(?<=[=:,] )|(?<=[(\[])|(?<=return ))(?!try)([a-z][\w.]*) \? ", code):
    yield Site("condition", *found.span(1), f"`{found.group(1)}` is negated",
               lambda number: ("nvitFault%d(" % number, ")"), _function("_ a: Bool", "", "Bool", "!a", "a"))


def _call_sites(code):
  for found in re.finditer(r"(?<![\w.])(min|max)\(", code):
    name = found.group(1)
    other = "max" if name == "min" else "min"
    yield Site("extreme", *found.span(1), f"`{name}` becomes `{other}`", lambda number: f"nvitFault{number}",
               _function("_ a: T, _ b: T", "<T: Comparable>", "T", f"Swift.{other}(a, b)", f"Swift.{name}(a, b)"))
  for found in re.finditer(r"(?m)^ *((?:try )?[a-z][\w.?!]*\(.*\))$", code):
    statement = found.group(1)
    name = re.match(r"(?:try )?([\w.?!]+)", statement).group(1)
    opening = found.start(1) + statement.index("(")
    if end_of_parentheses(code, opening) != found.end(1) or re.fullmatch(r"(if|while|guard|return|switch|for|init|super\.init|self\.init)", name):
      continue
    previous = code[:found.start()].rstrip()
    # A statement stands after another, or first in a body.
    if previous.endswith((",", "(", "[", "=", ":", "?", "&&", "||", "+", "-", "??", "->", "return", "else", "in")):
      continue
    yield Site("statement", *found.span(1), "the call is left out",
               lambda number: (f"if !nvitIsFaulty({number}) {{ ", " }"), lambda number: "")


def sites(code):
  for make in (_infix_sites, _constant_sites, _condition_sites, _call_sites):
    yield from make(code)
