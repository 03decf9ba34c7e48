"""The machine under the product: environment, embedded servers, supervised processes."""
