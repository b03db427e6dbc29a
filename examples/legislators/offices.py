"""District offices by state: a column of two types, Python functions, and rows that are wrong.

  tenon run offices.py --INPUT data --OUTPUT out

What it does to its frames is in functions, which test_offices.py calls: python -m pytest examples/legislators
"""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import Map, ResolveChoice
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext


def one_type(members):
    """The suite of an office is a number in some rows and a text in others: a choice. Texts can say both."""
    return ResolveChoice.apply(members, specs=[("offices[].suite", "cast:string")])


def first_office(member):
    """Raises where an office has no suite: the record becomes an error record, and the others go on."""
    office = member["offices"][0]
    return {"member": member["id"]["bioguide"], "state": office["state"], "city": office["city"], "suite": office["suite"]}


def first_offices(members):
    return Map.apply(frame=one_type(members), f=first_office)


def main():
    args = getResolvedOptions(sys.argv, ["JOB_NAME", "INPUT", "OUTPUT"])
    glueContext = GlueContext(SparkContext.getOrCreate())
    job = Job(glueContext)
    job.init(args["JOB_NAME"], args)
    members = glueContext.create_dynamic_frame.from_options(
        "file", {"paths": [f"{args['INPUT']}/district_offices.json"]}, "json", transformation_ctx="members")
    offices = first_offices(members)
    glueContext.write_dynamic_frame.from_options(
        offices, "file", {"path": args["OUTPUT"], "partitionKeys": ["state"]}, "parquet", transformation_ctx="offices")
    print(offices.count(), "offices,", offices.errorsCount(), "members whose office has no suite")
    offices.errorsAsDynamicFrame().unnest().select_fields(["`error.msg`"]).show(2)
    job.commit()


if __name__ == "__main__":
    main()
