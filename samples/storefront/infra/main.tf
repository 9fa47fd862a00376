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

resource "aws_db_parameter_group" "shop" {
  name   = "shop"
  family = "postgres16"

  parameter {
    name         = "max_connections"
    value        = "60"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_instance" "shop" {
  identifier           = "shop"
  engine               = "postgres"
  instance_class       = "db.t4g.medium"
  allocated_storage    = 100
  parameter_group_name = aws_db_parameter_group.shop.name
}

resource "aws_cloudwatch_log_group" "storefront" {
  name = "/larkfield/storefront"
}
