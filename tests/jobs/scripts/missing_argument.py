"""getResolvedOptions names the argument."""

import sys

from awsglue.utils import getResolvedOptions

getResolvedOptions(sys.argv, ["JOB_NAME", "ORDERS"])
