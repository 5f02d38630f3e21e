import "authenteq-elements";
