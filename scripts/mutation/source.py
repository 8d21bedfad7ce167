"""Which characters of a Swift file are code that may be changed.

`code(text)` is the text with everything else blanked out: comments, string literals, documentation, the arguments of
errors and preconditions, descriptions, patterns of `case`, imports and attributes. Offsets stay.
"""

import re

# Calls whose arguments only make a message, or state what a caller must keep to.
MESSAGES = re.compile(r"\b(?:\w*Error|precondition|preconditionFailure|assert|assertionFailure|fatalError|print)\(")
DESCRIPTIONS = re.compile(r"\b(?:var|func) (?:\w*[dD]escription|message|help|text|words)\b[^={\n]*\{")


def _blank(characters, start, end):
  for index in range(start, min(end, len(characters))):
    if characters[index] != "\n":
      characters[index] = " "


def _end_of_string(text, start):
  """The offset after the string literal that begins at `start`, or None where none does."""
  opening = re.compile(r'(#*)("""|")').match(text, start)
  if not opening:
    return None
  hashes, quote = opening.groups()
  index = opening.end()
  while index < len(text):
    if text.startswith("\\" + hashes + "(", index):
      index = end_of_parentheses(text, index + 1 + len(hashes))
    elif text.startswith("\\" + hashes, index):
      index += 2 + len(hashes)
    elif text.startswith(quote + hashes, index):
      return index + len(quote + hashes)
    else:
      index += 1
  return index


def end_of_parentheses(text, start):
  """The offset after the bracket that closes the one at `start`; strings between them are stepped over."""
  depth = 0
  index = start
  while index < len(text):
    end = _end_of_string(text, index) if text[index] in '#"' else None
    if end:
      index = end
      continue
    if text[index] in "([{":
      depth += 1
    elif text[index] in ")]}":
      depth -= 1
      if depth == 0:
        return index + 1
    index += 1
  return index


def _without_comments_and_strings(text):
  characters = list(text)
  index = 0
  while index < len(text):
    if text.startswith("//", index):
      end = text.find("\n", index)
      end = len(text) if end < 0 else end
    elif text.startswith("/*", index):
      end = text.find("*/", index) + 2
    else:
      end = _end_of_string(text, index) if text[index] in '#"' else None
    if end:
      _blank(characters, index, end)
      index = end
    else:
      index += 1
  return "".join(characters)


def code(text):
  plain = _without_comments_and_strings(text)
  characters = list(plain)
  for pattern in (MESSAGES, DESCRIPTIONS):
    for found in pattern.finditer(plain):
      _blank(characters, found.end() - 1, end_of_parentheses(plain, found.end() - 1))
  offset = 0
  for line in plain.split("\n"):
    stripped = line.strip()
    if re.match(r"(@|#|import |(?:package|internal|private|public) import |infix|prefix)", stripped):
      _blank(characters, offset, offset + len(line))
    elif re.match(r"case\b", stripped):
      # A pattern, up to its colon; the cases of an enumeration have none and go altogether.
      colon = re.search(r":(?![^(]*\))\s", line + " ")
      _blank(characters, offset, offset + (colon.end() if colon else len(line)))
    offset += len(line) + 1
  return "".join(characters)
