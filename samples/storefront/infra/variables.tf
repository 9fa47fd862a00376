variable "cluster_role" {
  type = string
}

variable "subnets" {
  type = list(string)
}
