using System.Text;
using DaprMemory.Core.Log;
using DaprMemory.Core.Spaces;
using DaprMemory.Core.State;

namespace DaprMemory.Core.Tests.Log;

/// <summary>A commit survives its text, and nothing in it can change without its hash.</summary>
public sealed class CommitCodecTests
{
    static readonly SpaceId Space = new("acme", "notes");

    public static TheoryData<string> Values => new(
        "1", "null", "\"\"", "  {\"a\" : [1, 2.50, 9007199254740993, 1e400]}\n", "\"\\ud83d\\ude00 😀 \\u2028 \u2028 < > & ' \\\" \\\\\"", "[[[]]]", "\t-0.0 ");

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_through_text_stays_byte_for_byte(string json)
    {
        var decoded = CommitCodec.Decode(CommitCodec.Encode(Commit(json)));

        Encoding.UTF8.GetString(decoded.Entries[0].Changes[0].Content!.Json!.Value.Span).ShouldBe(json);
        decoded.Hash.ToArray().ShouldBe(CommitHash.Of(decoded));
    }

    [Fact]
    public void Every_field_through_text_stays_the_same()
    {
        var commit = Sealed(new Commit(7, Guid.NewGuid(), CommitHash.Genesis(Space), DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_123), [
            new Entry("agent \"A\"", "req-1", UInt128.MaxValue - 5, [
                new Change(new RecordKey(RecordKind.State, "a/b"), CommitHash.NewContent("1"u8.ToArray()), new ETag(3, 2), DateTimeOffset.FromUnixTimeMilliseconds(1_760_000_000_456), ["x", "y"]),
                new Change(new RecordKey(RecordKind.Memory, "m1"), null, new ETag(1, 0)),
                new Change(new RecordKey(RecordKind.State, "erased"), new Content(new byte[32], default, null), null),
            ]),
            new Entry("c", "req-3", 7, [], null, new Refusal(RefusalReason.PreconditionFailed, 3, new ETag(4, 1))),
            new Entry("c", "req-4", 8, [], null, new Refusal(RefusalReason.NotFound, 0, null)),
            new Entry("b", "req-2", 0, [new Change(new RecordKey(RecordKind.Lease, "l"), CommitHash.NewContent("null"u8.ToArray()), null)]),
        ]));

        var decoded = CommitCodec.Decode(CommitCodec.Encode(commit));

        decoded.Number.ShouldBe(7);
        decoded.Id.ShouldBe(commit.Id);
        decoded.At.ShouldBe(commit.At);
        decoded.Hash.ToArray().ShouldBe(commit.Hash.ToArray());
        CommitHash.Of(decoded).ShouldBe(commit.Hash.ToArray());
        var changes = decoded.Entries[0].Changes;
        decoded.Entries[0].RequestDigest.ShouldBe(UInt128.MaxValue - 5);
        changes[0].Was.ShouldBe(new ETag(3, 2));
        changes[0].Tags.ShouldBe(["x", "y"]);
        changes[0].ExpiresAt.ShouldBe(commit.Entries[0].Changes[0].ExpiresAt);
        changes[1].Content.ShouldBeNull();
        changes[2].Content!.Json.ShouldBeNull();
        decoded.Entries.Take(3).Select(entry => entry.Refusal).ShouldBe(commit.Entries.Take(3).Select(entry => entry.Refusal));
        decoded.Entries[3].Changes[0].Content!.Json.ShouldNotBeNull("a JSON null is a value, not a tombstone");
    }

    [Fact]
    public void Hash_with_any_one_field_changed_is_another()
    {
        var commit = Commit("1");
        var entry = commit.Entries[0];
        var change = entry.Changes[0];
        Commit With(Change other) => commit with { Entries = [entry with { Changes = [other] }] };
        Commit[] forgeries = [
            commit with { Number = 2 },
            commit with { Id = Guid.NewGuid() },
            commit with { Previous = new byte[32] },
            commit with { At = commit.At.AddMilliseconds(1) },
            commit with { Entries = [] },
            commit with { Entries = [entry, entry] },
            commit with { Entries = [entry with { By = "mallory" }] },
            commit with { Entries = [entry with { RequestId = "r2" }] },
            commit with { Entries = [entry with { RequestDigest = entry.RequestDigest + 1 }] },
            commit with { Entries = [entry with { Refusal = new Refusal(RefusalReason.NotFound, 0, null) }] },
            commit with { Entries = [entry with { Refusal = new Refusal(RefusalReason.TooLarge, 0, null) }] },
            commit with { Entries = [entry with { Refusal = new Refusal(RefusalReason.NotFound, 1, null) }] },
            commit with { Entries = [entry with { Refusal = new Refusal(RefusalReason.NotFound, 0, new ETag(1, 0)) }] },
            With(change with { Key = new RecordKey(RecordKind.State, "other") }),
            With(change with { Key = change.Key with { Kind = RecordKind.Memory } }),
            With(change with { Content = CommitHash.NewContent("1"u8.ToArray()) }),
            With(change with { Content = null }),
            With(change with { Was = new ETag(1, 0) }),
            With(change with { ExpiresAt = commit.At }),
            With(change with { Tags = ["t"] }),
            With(change with { Tags = [] }),
        ];

        forgeries.Select(forgery => Convert.ToHexString(CommitHash.Of(forgery))).Append(Convert.ToHexString(CommitHash.Of(commit)))
            .Distinct().Count().ShouldBe(forgeries.Length + 1);
    }

    [Fact]
    public void Hash_of_an_erased_value_is_that_of_the_value()
    {
        var commit = Commit("\"secret\"");
        var change = commit.Entries[0].Changes[0];

        var erased = commit with { Entries = [commit.Entries[0] with { Changes = [change with { Content = change.Content! with { Salt = default, Json = null } }] }] };

        CommitHash.Of(CommitCodec.Decode(CommitCodec.Encode(erased))).ShouldBe(commit.Hash.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"v\":2,\"n\":1,\"prev\":\"\",\"hash\":\"\",\"entries\":[]}")]
    [InlineData("{\"v\":1,\"n\":0,\"prev\":\"\",\"hash\":\"\",\"entries\":[]}")]
    [InlineData("{\"v\":1,\"n\":1,\"prev\":5,\"hash\":\"\",\"entries\":[]}")]
    [InlineData("{\"v\":1,\"n\":1,\"prev\":\"\",\"hash\":\"\",\"entries\":[{}]}")]
    [InlineData("{\"v\":1,\"n\":1,\"prev\":\"*\",\"hash\":\"\",\"entries\":[]}")]
    public void Decode_of_what_is_no_commit_is_refused(string text) =>
        Should.Throw<FormatException>(() => CommitCodec.Decode(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Decode_of_every_truncation_is_refused()
    {
        var text = CommitCodec.Encode(Commit("{\"a\":[1,2,3]}"));
        for (var length = 0; length < text.Length; length++)
            Should.Throw<FormatException>(() => CommitCodec.Decode(text.AsMemory(0, length)));
    }

    [Fact]
    public void Genesis_differs_between_spaces_that_join_to_the_same_text() =>
        CommitHash.Genesis(new SpaceId("a", "b")).ShouldNotBe(CommitHash.Genesis(new SpaceId("a", "c")));

    static Commit Commit(string json) => Sealed(new Commit(1, Guid.NewGuid(), CommitHash.Genesis(Space), DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_000), [
        new Entry("agent", "r1", 42, [new Change(new RecordKey(RecordKind.State, "k"), CommitHash.NewContent(Encoding.UTF8.GetBytes(json)), null)]),
    ]));

    static Commit Sealed(Commit commit) => commit with { Hash = CommitHash.Of(commit) };
}
