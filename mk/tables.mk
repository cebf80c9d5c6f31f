# Tables that the build makes: every `const struct KIND KIND_<name>` that a file of a folder
# exports, in one array that ends with NULL. So a new file is found by its place, and nothing names
# it twice.

# $(call table,ARRAY,KIND,HEADER,FOLDER): build/<variant>/gen/ARRAY.c. HEADER declares the array.
define table
$(OUT)/gen/$(1).c: $(wildcard $(4)/*.c) $(OUT)/sources mk/tables.mk
	@mkdir -p $$(@D)
	@names=$$$$(sed -n 's/^const struct $(2) \($(2)_[a-z0-9_]*\) = .*/\1/p' $$(filter $(4)/%.c,$$^)); \
	{ printf '#include "$(3)"\n\n'; \
	  for n in $$$$names; do printf 'extern const struct $(2) %s;\n' $$$$n; done; \
	  printf '\nconst struct $(2) *const $(1)[] = {\n'; \
	  for n in $$$$names; do printf '    &%s,\n' $$$$n; done; \
	  printf '    NULL,\n};\n'; } > $$@
endef

$(eval $(call table,languages,language,language/language.h,shared/language))
$(eval $(call table,routes,handler,serve/routes.h,handlers))
$(eval $(call table,actions,action,think/action.h,shared/think))
$(eval $(call table,providers,provider,providers/provider.h,shared/providers))
