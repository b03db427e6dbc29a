"""As the Studio generates it: three sources, two joins, names of nodes, a context at every step."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


# Script generated for node Customers
Customers_node1700000000001 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiline": False}, connection_type="s3", format="json",
    connection_options={"paths": ["customers.json"], "recurse": True}, transformation_ctx="Customers_node1700000000001")

# Script generated for node Orders
Orders_node1700000000002 = glueContext.create_dynamic_frame.from_options(
    format_options={"quoteChar": '"', "withHeader": True, "separator": ","}, connection_type="s3", format="csv",
    connection_options={"paths": ["orders.csv"]}, transformation_ctx="Orders_node1700000000002")

# Script generated for node Products
Products_node1700000000003 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiline": False}, connection_type="s3", format="json",
    connection_options={"paths": ["products.json"]}, transformation_ctx="Products_node1700000000003")

# Script generated for node Change Schema
ChangeSchema_node1700000000004 = ApplyMapping.apply(frame=Orders_node1700000000002, mappings=[
    ("order_id", "string", "order_id", "long"), ("customer", "string", "customer_id", "int"),
    ("product", "string", "sku", "string"), ("quantity", "string", "quantity", "int")],
    transformation_ctx="ChangeSchema_node1700000000004")

# Script generated for node Join customers
Joincustomers_node1700000000005 = Join.apply(
    frame1=ChangeSchema_node1700000000004, frame2=Customers_node1700000000001, keys1=["customer_id"], keys2=["id"],
    transformation_ctx="Joincustomers_node1700000000005")

# Script generated for node Join products
Joinproducts_node1700000000006 = Join.apply(
    frame1=Joincustomers_node1700000000005, frame2=Products_node1700000000003, keys1=["sku"], keys2=["sku"],
    transformation_ctx="Joinproducts_node1700000000006")

# Script generated for node Drop Fields
DropFields_node1700000000007 = DropFields.apply(
    frame=Joinproducts_node1700000000006, paths=["id", "`.sku`", "customer_id"],
    transformation_ctx="DropFields_node1700000000007")

# Script generated for node Amazon S3
AmazonS3_node1700000000008 = glueContext.write_dynamic_frame.from_options(
    frame=DropFields_node1700000000007, connection_type="s3", format="glueparquet",
    connection_options={"path": "out", "partitionKeys": []}, format_options={"compression": "snappy"},
    transformation_ctx="AmazonS3_node1700000000008")

job.commit()
