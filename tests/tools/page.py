# SPDX-License-Identifier: Apache-2.0
"""A page of Markdown as the laws see it: sections, each with its blocks of code, tables, links and `code` in the text."""

import collections
import re

Block = collections.namedtuple("Block", "line source")  # the source with its fence, line by line
Table = collections.namedtuple("Table", "line columns rows")


class Section:
    """What stands from a heading (level 0: the beginning of the page) up to the next one, each thing with its line."""

    def __init__(self, level, title, line):
        self.level, self.title, self.line = level, title, line
        self.blocks, self.tables = [], []
        self.links = []  # (line, target)
        self.codes = {}  # `code` -> line where it stands first
        self.figures = {}  # a number of three characters or more -> the same; shorter ones may be words in another language
        self.text = ""  # all that is neither code nor the target of a link

    @property
    def shown(self):
        return f'section "{self.title}"' if self.level else "the lines before the first heading"


class Page:
    def __init__(self, path):
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.sections = [Section(0, "", 1)]
        paragraph, at = [], 0
        while at < len(self.lines):
            line, end = self.lines[at], self._block_end(at)
            heading = re.match(r"(#{1,6}) +(.*?) *$", line)
            if end > at or heading or not line.strip():
                self._prose(paragraph)
                paragraph = []
            if end > at:
                self.sections[-1].blocks.append(Block(at + 1, self.lines[at:end]))
            elif heading:
                self.sections.append(Section(len(heading.group(1)), heading.group(2), at + 1))
            elif line.strip():
                paragraph.append((at + 1, line))
            at = max(end, at + 1)
        self._prose(paragraph)

    def _block_end(self, at):
        """The line after the block of code that begins here; `at` when none does."""
        if self.lines[at].startswith("```"):
            return next((end + 1 for end in range(at + 1, len(self.lines)) if self.lines[end] == "```"), len(self.lines))
        end = at
        if self.lines[at].startswith("    ") and (at == 0 or not self.lines[at - 1].strip()):
            while end < len(self.lines) and self.lines[end].startswith("    "):
                end += 1
        return end

    def _prose(self, paragraph):
        """A paragraph or table: code in it first, so that brackets and bars in code are neither links nor columns."""
        if not paragraph:
            return
        section, first = self.sections[-1], paragraph[0][0]
        whole = "\n".join(line for _, line in paragraph)

        def code(match):
            name = " ".join(match.group(2).split())
            section.codes.setdefault(name, first + whole.count("\n", 0, match.start()))
            return "\n" * match.group(0).count("\n")
        bare = re.sub(r"(?s)(`+)(.+?)\1", code, whole)
        for match in re.finditer(r"\[[^\]]*\]\(([^)\s]+)\)", bare):
            section.links.append((first + bare.count("\n", 0, match.start()), match.group(1)))
        text = re.sub(r"\]\([^)\s]+\)", "]", bare)
        for match in re.finditer(r"\d[\d.,]+\d", text):
            section.figures.setdefault(match.group(0), first + text.count("\n", 0, match.start()))
        section.text += text + "\n"
        rows = [line for line in bare.splitlines() if line.startswith("|")]
        if rows:
            section.tables.append(Table(first, rows[0].count("|") - 1, len(rows) - 2))

    def anchors(self):
        """Anchor of a heading, as GitHub makes it -> number of its section."""
        known = {}
        for number, section in enumerate(self.sections[1:], 1):
            plain = re.sub(r"[^\w\- ]", "", section.title.lower()).replace(" ", "-")
            again = next(count for count in range(len(self.sections)) if (f"{plain}-{count}" if count else plain) not in known)
            known[f"{plain}-{again}" if again else plain] = number
        return known
