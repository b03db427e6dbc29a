"""pyspark.sql: SparkSession, which starts nothing."""

from pyspark._absent import module_getattr
from pyspark.sql.session import SparkSession

__all__ = ["SparkSession"]
__getattr__ = module_getattr("pyspark.sql")
