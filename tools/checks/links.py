"""Each relative link in a Markdown file leads to a file, and each anchor to a heading."""

import pathlib
import re

from checks.finding import Finding, project_files, read_lines

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:")


def prose(lines: list[str]) -> list[tuple[int, str]]:
    """Numbered lines outside code fences, without inline code."""
    kept, fenced = [], False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            kept.append((number, re.sub(r"`[^`]*`", "", line)))
    return kept


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower()).replace("`", "")
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(lines: list[str]) -> set[str]:
    seen: dict[str, int] = {}
    found, fenced = set(), False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else re.match(r"#{1,6}\s+(.*)", line)
        if heading:
            name = slug(heading[1])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(name if count == 0 else f"{name}-{count}")
        found.update(re.findall(r'<a (?:id|name)="([^"]+)"', line))
    return found


def find(root: pathlib.Path) -> list[Finding]:
    findings = []
    for name in project_files(root):
        if not name.endswith(".md"):
            continue
        for number, line in prose(read_lines(root, name)):
            for match in LINK.finditer(line):
                target = match[1] or match[2]
                if ELSEWHERE.match(target):
                    continue
                path, _, anchor = target.partition("#")
                file = (root / name).parent / path if path else root / name
                if not file.exists():
                    findings.append(Finding(name, number, f"A link leads nowhere: link={target}",
                                            "name a file that exists, relative to this one"))
                elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text().splitlines()):
                    findings.append(Finding(name, number, f"A link's heading is not there: link={target}",
                                            "use the anchor of a heading of that file"))
    return findings
