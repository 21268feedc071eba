#include "CSHA.h"
