/** Tests of the distribution as it ships: its container with plugins coming and going, and its command as a process. */
package org.nextscale.distribution;
