terraform {
  required_version = ">= 1.10"

  backend "s3" {
    bucket       = "larkfield-terraform"
    key          = "storefront.tfstate"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = {
      Project    = "storefront"
      CostCenter = "shop"
      ManagedBy  = "terraform"
    }
  }
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
    value        = "200"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_instance" "shop" {
  identifier           = "shop"
  engine               = "postgres"
  instance_class       = "db.t4g.medium"
  allocated_storage    = 100
  parameter_group_name = aws_db_parameter_group.shop.name
  multi_az             = true
}

resource "aws_cloudwatch_log_group" "storefront" {
  name              = "/larkfield/storefront"
  retention_in_days = 30
}

resource "aws_budgets_budget" "storefront" {
  name         = "storefront"
  budget_type  = "COST"
  limit_amount = "2500"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "FORECASTED"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = ["platform@larkfield.example"]
  }
}
