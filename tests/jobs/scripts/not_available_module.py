"""So does a module."""

import pyspark.sql.functions as F
