"""The part of pyspark that every Glue script begins with. Starts nothing, imports nothing heavy."""

from pyspark._absent import module_getattr
from pyspark.conf import SparkConf
from pyspark.context import SparkContext

__all__ = ["SparkConf", "SparkContext"]
__getattr__ = module_getattr("pyspark")
