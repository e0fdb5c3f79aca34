/* What an image without an application would run, as some kernels bring it. */
__attribute__((weak)) int main(void) {
    return -1;
}
