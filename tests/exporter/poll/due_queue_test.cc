#include "exporter/poll/due_queue.h"

#include <gmock/gmock.h>

namespace exporter::poll {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr MonoTime At(milliseconds offset) {
  return MonoTime{1000h} + offset;
}

TEST(DueQueue, GivesWhatIsDueFirst) {
  DueQueue<int> queue;
  queue.Set(1, At(3s));
  queue.Set(2, At(1s));
  queue.Set(3, At(2s));
  EXPECT_EQ(queue.FirstAt(), At(1s));
  EXPECT_THAT(queue.Pop(2), ElementsAre(2, 3));
  EXPECT_THAT(queue.Pop(5), ElementsAre(1));
  EXPECT_THAT(queue.Pop(5), IsEmpty());
  EXPECT_EQ(queue.FirstAt(), std::nullopt);
}

TEST(DueQueue, HoldsAKeyOnce) {
  DueQueue<int> queue;
  queue.Set(1, At(1s));
  queue.Set(1, At(5s));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.FirstAt(), At(5s)) << "the last word counts";
  queue.SetNoLater(1, At(9s));
  EXPECT_EQ(queue.FirstAt(), At(5s));
  queue.SetNoLater(1, At(2s));
  EXPECT_EQ(queue.FirstAt(), At(2s));
}

TEST(DueQueue, ForgetsWhatIsRemoved) {
  DueQueue<int> queue;
  queue.Set(1, At(1s));
  queue.Remove(1);
  queue.Remove(2);
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.Contains(1));
}

}  // namespace
}  // namespace exporter::poll
