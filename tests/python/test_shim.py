"""The pyspark shim: the boilerplate works and starts nothing; all else names itself and what serves."""

import subprocess
import sys

import pytest
import tenon


def test_boilerplate_of_every_script():
    from awsglue.context import GlueContext
    from pyspark.conf import SparkConf
    from pyspark.context import SparkContext
    from pyspark.sql import SparkSession
    conf = SparkConf().set("spark.a", 1).setAppName("x")
    assert conf.get("spark.a") == "1" and ("spark.app.name", "x") in conf.getAll()
    context = SparkContext.getOrCreate(conf)
    assert SparkContext.getOrCreate() is context
    context.setLogLevel("ERROR")
    session = SparkSession.builder.appName("x").config("spark.b", "2").getOrCreate()
    assert session.sparkContext is context and session.conf.get("spark.b") == "2"
    assert SparkSession.builder.getOrCreate() is session
    assert GlueContext(context).spark_session is session and GlueContext(session).spark_session is session
    session.stop()


@pytest.mark.parametrize("glue, spark", [("5.0", "3.5.4"), ("5.1", "3.5.6"), ("6.0", "4.1.1")])
def test_version_is_that_of_spark_in_the_chosen_glue(settings, glue, spark):
    from pyspark.context import SparkContext
    from pyspark.sql import SparkSession
    settings.glue_version = glue
    assert SparkContext.getOrCreate().version == SparkSession.builder.getOrCreate().version == spark


@pytest.mark.parametrize("use, name", [
    (lambda spark: spark.sql("select 1"), "SparkSession.sql"),
    (lambda spark: spark.read, "SparkSession.read"),
    (lambda spark: spark.sparkContext.parallelize([1]), "SparkContext.parallelize"),
    (lambda spark: spark.sparkContext._jsc, "SparkContext._jsc"),
])
def test_anything_else_names_itself_and_what_serves(use, name):
    from pyspark.sql import SparkSession
    with pytest.raises(tenon.NotAvailable) as error:
        use(SparkSession.builder.getOrCreate())
    assert error.value.message == f"Not in this version: name={name}"
    assert error.value.number == 1110 and "DynamicFrame" in error.value.hint


def test_modules_that_are_not_there_name_themselves():
    with pytest.raises(tenon.NotAvailable, match="name=pyspark.sql.functions"):
        from pyspark.sql import functions  # noqa: F401
    with pytest.raises(tenon.NotAvailable, match="name=pyspark.RDD"):
        from pyspark import RDD  # noqa: F401


def test_imports_are_light():
    program = ("import sys; sys.path.insert(0, sys.argv[1]); from awsglue.context import GlueContext; "
               "from awsglue.transforms import *; from awsglue.job import Job; from awsglue.utils import getResolvedOptions; "
               "from pyspark.context import SparkContext; GlueContext(SparkContext.getOrCreate()).spark_session; "
               "print([m for m in ('tenon._core', 'pyarrow', 'numpy', 'argparse', 'asyncio', 'socket') if m in sys.modules])")
    import os
    glue = os.path.join(os.path.dirname(os.path.abspath(tenon.__file__)), "glue")
    done = subprocess.run([sys.executable, "-c", program, glue], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
