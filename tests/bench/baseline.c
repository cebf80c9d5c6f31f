/* baseline - the least a FastCGI program can do: returns one file's bytes to every request and touches
 * nothing else. What `make bench` compares the real route with, behind the same nginx.
 *
 * usage: spawn-fcgi ... -- baseline FILE */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>

#define BYTES_MAX 1000000

int main(int argc, char **argv)
{
    static char bytes[BYTES_MAX];
    FCGX_Request request;
    char body[4096];
    char head[128];

    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (f == NULL)
        return 100;
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    (void)snprintf(head, sizeof head,
                   "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", n);
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, 0) != 0)
        return 111;
    while (FCGX_Accept_r(&request) == 0) {
        while (FCGX_GetStr(body, sizeof body, request.in) > 0)
            continue;
        (void)FCGX_PutS(head, request.out);
        (void)FCGX_PutStr(bytes, (int)n, request.out);
        FCGX_Finish_r(&request);
    }
    return 0;
}
