// Share Alibaba Cloud ECS custom images across accounts, safely: one resource an image, and a preview that names who gains and who loses access.
package alicloudimageshare
