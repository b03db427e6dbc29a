"""What must hold of an installed wheel, run by the Python of an environment that holds nothing else.

`./dev test wheel` builds the wheel, installs it into an empty virtual environment and runs this file there, outside the
checkout. It ends with an error at the first thing that does not hold.
"""

import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(sys.prefix, "bin", "tenon")
SCRIPT = """
import sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
frame = glueContext.create_dynamic_frame.from_options("file", {"paths": ["in.json"]}, "json")
mapped = ApplyMapping.apply(frame=frame, mappings=[("id", "int", "n", "long")])
glueContext.write_dynamic_frame.from_options(mapped, "file", {"path": "out"}, "parquet")
print(mapped.count())
job.commit()
"""


def run(*words, **variables):
    env = {"PATH": "/usr/bin:/bin", "HOME": os.getcwd(), **variables}
    return subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True)


def expect(condition, done):
    if not condition:
        sys.exit(f"exit={done.returncode}\nstdout:\n{done.stdout}\nstderr:\n{done.stderr}")


def main():
    import tenon
    os.chdir(tempfile.mkdtemp(prefix="tenon-proof-"))
    done = run("version")
    expect(done.stdout == f"tenon {tenon.__version__}\n", done)
    plugins = {each.name: each.value for each in importlib.metadata.entry_points(group="pytest11")}
    assert plugins == {"tenon": "tenon.pytest_plugin"}, plugins
    done = run("doctor", "--json")
    expect(done.returncode == 0 and json.loads(done.stdout)["problems"] == [], done)

    pathlib.Path("in.json").write_text('{"id": 1}\n{"id": 2}\n')
    pathlib.Path("job.py").write_text(SCRIPT)
    done = run("run", "job.py")
    expect((done.returncode, done.stdout) == (0, "2\n"), done)
    import pyarrow.parquet  # After a job of ours, in another process: both share one copy of Arrow's libraries.
    expect(pyarrow.parquet.read_table("out").to_pydict() == {"n": [1, 2]}, done)

    pathlib.Path("wrong.py").write_text(SCRIPT.replace('"file"', '"flie"'))
    done = run("run", "wrong.py")
    expect(done.returncode == 2 and "error[TN1010]" in done.stderr, done)
    done = run("run", "job.py", TENON_PYTHON="/usr/bin/false")
    expect(done.returncode == 4 and "error[TN4002]" in done.stderr, done)
    for order in ("import pyarrow, tenon; tenon.Job", "import tenon; tenon.Job; import pyarrow"):
        subprocess.run([sys.executable, "-c", order], check=True)
    print("the wheel works")


if __name__ == "__main__":
    main()
