#include "tests/support/account.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/child.h"
#include "wire/jsonw.h"

const char *account_openssl(struct arena *a, const char *const argv[])
{
    struct why why = {0};
    struct buf out;

    buf_init(&out, a, 65536);
    if (child_run(argv, NULL, 0, &out, deadline_in_ms(20000), &why) != ERR_OK)
        fail_msg("openssl: %s", why.text);
    return buf_text(&out);
}

const char *account_key(struct arena *a)
{
    static const char *const argv[] = {"openssl", "genpkey", "-quiet", "-algorithm", "RSA", NULL};
    return account_openssl(a, argv);
}

const char *account_write(struct arena *a, struct folder *f, const struct account *c)
{
    const struct {
        const char *name, *value;
    } members[] = {
        {"type", c->type},
        {"client_email", c->email},
        {"token_uri", c->uri},
        {"private_key", c->key},
        {"private_key_id", c->key_id},
        {"project_id", c->project},
        {"quota_project_id", c->quota},
    };
    struct buf text;
    struct jsonw w;

    buf_init(&text, a, 65536);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (members[i].value != NULL)
            jsonw_put_text(&w, members[i].name, members[i].value);
    jsonw_end_object(&w);
    assert_int_equal(buf_err(&text), ERR_OK);
    return folder_write(f, "google.json", text.data, text.len);
}
