/* The cases by direct call. */
#include "tests/cases/cases.h"

int main(void)
{
    struct door door = {0};

    the_door = &door;
    door_open_direct(&door);
    int failed = cases_run("direct");
    door_close(&door);
    return failed;
}
