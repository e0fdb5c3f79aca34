/* Error numbers, those of Linux; functions return them negative. */
#ifndef _ERRNO_H
#define _ERRNO_H

#define ENOENT 2
#define EIO    5
#define EAGAIN 11
#define ENOMEM 12
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOSPC 28
#define EROFS  30
#define ENOSYS 38

#endif
