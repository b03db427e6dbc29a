"""Connectors in the words of Spark, Athena and JDBC: their pages tell the truth, and jobs read through them.

They are built outside of Tenon's tree, from what `cmake --install --component sdk` gives, without a warning.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(os.environ["TENON_SOURCE"])
BUILD = pathlib.Path(os.environ["TENON_BUILD"])
SAMPLES = ROOT / "examples" / "connectors"
BLOCK = re.compile(r"<!-- (from|run) ?(\S*) -->\n```\w+\n(.*?)\n```\n", re.S)

# Page -> what a job says to use its sample.
WORDS = {
    "spark": ("spark_minimal", "custom.spark", {"className": "com.example.spark.MinimalSparkConnector"}),
    "jdbc": ("jdbc_minimal", "custom.jdbc", {
        "className": "com.example.jdbc.PeopleDriver", "url": "jdbc:people:", "dbTable": "people", "password": "secret",
        "partitionColumn": "id", "lowerBound": "0", "upperBound": "10", "numPartitions": "2"}),
    "athena": ("athena_minimal", "custom.athena", {
        "className": "com.example.athena.People", "schemaName": "main", "tableName": "people"}),
}


@pytest.fixture(scope="session")
def sdk(tmp_path_factory):
    """What a connector's author installs."""
    folder = tmp_path_factory.mktemp("sdk")
    subprocess.run(["cmake", "--install", BUILD, "--component", "sdk", "--prefix", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def connectors(sdk, tmp_path_factory):
    """A folder with a library of each sample, built by the line of its page."""
    folder = tmp_path_factory.mktemp("connectors")
    for word, (sample, _, _) in WORDS.items():
        shutil.copy(SAMPLES / f"{sample}.cc", folder)
        lines = [text for kind, _, text in blocks(word) if kind == "run"]
        assert lines, f"docs/connectors/{word}.md has no build line"
        for text in lines:
            done = subprocess.run(["sh", "-eu", "-c", text], cwd=folder, env={**os.environ, "SDK": str(sdk)},
                                  capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
    return folder


def blocks(word):
    return BLOCK.findall((ROOT / "docs" / "connectors" / f"{word}.md").read_text())


def run(folder, connectors, script):
    (folder / "job.py").write_text(script)
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "TENON_HOME": str(folder / "state"),
           "TENON_CONNECTOR_PATH": str(connectors)}
    return subprocess.run([os.environ["TENON_PROGRAM"], "run", "job.py"], cwd=folder, env=env, capture_output=True,
                          text=True, timeout=60)


SCRIPT = """
from awsglue.context import GlueContext
glueContext = GlueContext()
rows = glueContext.create_dynamic_frame.from_options(connection_type={type!r}, connection_options={options!r})
rows.printSchema()
glueContext.write_dynamic_frame.from_options(rows, "file", {{"path": "out"}}, "json")
"""


def rows_written(folder):
    texts = [path.read_text() for path in sorted((folder / "out").rglob("*")) if path.is_file()]
    return sorted((json.loads(line) for text in texts for line in text.splitlines()), key=lambda row: row["id"])


@pytest.mark.parametrize("word", WORDS)
def test_every_block_of_a_page_stands_in_its_sample(word):
    page = (ROOT / "docs" / "connectors" / f"{word}.md").read_text()
    parts = [(source, text) for kind, source, text in blocks(word) if kind == "from"]
    assert len(parts) == page.count("```cpp") > 0
    for source, text in parts:
        assert text in (ROOT / source).read_text()


@pytest.mark.parametrize("word", WORDS)
def test_a_job_reads_through_it_by_its_class_name(word, connectors, tmp_path):
    _, kind, options = WORDS[word]
    done = run(tmp_path, connectors, SCRIPT.format(type=kind, options=options))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("root\n|-- id: long\n|-- name: string\n")
    assert [(row["id"], row["name"]) for row in rows_written(tmp_path)] == [(i, f"name {i}") for i in range(10)]


@pytest.mark.parametrize("word", WORDS)
def test_a_job_reads_through_it_by_its_name(word, connectors, tmp_path):
    name, _, options = WORDS[word]
    options = {key: value for key, value in options.items() if key != "className"}
    done = run(tmp_path, connectors, SCRIPT.format(type=name, options=options))
    assert done.returncode == 0, done.stderr
    assert len(rows_written(tmp_path)) == 10


@pytest.mark.parametrize("word", WORDS)
def test_a_mistyped_option_is_named(word, connectors, tmp_path):
    _, kind, options = WORDS[word]
    done = run(tmp_path, connectors, SCRIPT.format(type=kind, options={**options, "pasword": "x"}))
    assert done.returncode == 2
    assert "error[TN1001]: Option is not known: option=pasword" in done.stderr
    assert "Did you mean password?" in done.stderr
