from checks import links


def test_links_to_files_and_headings_that_exist_pass(tree):
    root = tree({
        "README.md": "# Top\n[a](docs/a.md) [b](docs/a.md#two-words) [c](#top) [d](https://example.com/x)\n",
        "docs/a.md": "# A\n## Two `words`\n[up](../README.md)\n",
    })
    assert links.find(root) == []


def test_a_link_to_nothing_is_named(tree):
    root = tree({"README.md": "# Top\n\n[a](docs/missing.md)\n[b](#nowhere)\n![p](pic.png)\n"})
    found = links.find(root)
    assert [(finding.line, finding.message.split("=")[1]) for finding in found] == [
        (3, "docs/missing.md"), (4, "#nowhere"), (5, "pic.png")]


def test_code_is_not_a_link(tree):
    assert links.find(tree({"a.md": "```\n[x](y)\n```\n`[x](y)`\n"})) == []


def test_equal_headings_get_numbered_anchors():
    assert links.anchors(["# Same", "# Same"]) == {"same", "same-1"}
