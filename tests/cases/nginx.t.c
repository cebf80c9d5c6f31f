/* The same cases through nginx and spawn-fcgi. */
#include "tests/cases/cases.h"

int main(void)
{
    struct door door = {0};

    the_door = &door;
    door_open_nginx(&door);
    int failed = cases_run("nginx");
    door_close(&door);
    return failed;
}
