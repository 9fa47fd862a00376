terraform {
  required_version = ">= 1.9"
}

provider "aws" {
  region = "eu-central-1"
}

resource "aws_eks_cluster" "storefront" {
  name     = "storefront"
  role_arn = var.cluster_role

  vpc_config {
    subnet_ids = var.subnets
  }
}

resource "aws_db_instance" "shop" {
  identifier        = "shop"
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  allocated_storage = 100
}

resource "aws_cloudwatch_log_group" "storefront" {
  name = "/larkfield/storefront"
}
