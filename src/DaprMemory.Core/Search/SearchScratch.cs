namespace DaprMemory.Core.Search;

/// <summary>What a search reckons with, kept from one to the next. All is zero between two searches.</summary>
internal sealed class SearchScratch
{
    readonly List<int> _found = [];
    readonly List<int> _foundConversations = [];

    /// <summary>For each slot: how well its words, and those lent to it, fit.</summary>
    public float[] Words { get; private set; } = [];

    public float[] OwnWords { get; private set; } = [];

    /// <summary>For each conversation: how well its words fit.</summary>
    public float[] Conversations { get; private set; } = [];

    /// <summary>For each slot: how often the term at hand stands there, in 256ths.</summary>
    public int[] Times { get; private set; } = [];

    /// <summary>For each conversation: how often the term at hand stands there.</summary>
    public int[] ConversationTimes { get; private set; } = [];

    /// <summary>For each slot: what links bring to it.</summary>
    public float[] Lifts { get; private set; } = [];

    /// <summary>For each slot: whether it is a candidate already.</summary>
    public bool[] IsFound { get; private set; } = [];

    /// <summary>The slots that the term at hand touches.</summary>
    public List<int> Touched { get; } = [];

    /// <summary>The conversations that the term at hand touches.</summary>
    public List<int> TouchedConversations { get; } = [];

    /// <summary>The slots that may answer.</summary>
    public List<int> Found => _found;

    public void Grow(int slots, int conversations)
    {
        if (Words.Length < slots)
        {
            var size = Math.Max(slots, Words.Length * 2);
            (Words, OwnWords, Times, Lifts, IsFound) = (new float[size], new float[size], new int[size], new float[size], new bool[size]);
        }
        if (Conversations.Length < conversations)
        {
            var size = Math.Max(conversations, Conversations.Length * 2);
            (Conversations, ConversationTimes) = (new float[size], new int[size]);
        }
    }

    public void Find(int slot)
    {
        if (IsFound[slot])
            return;
        IsFound[slot] = true;
        _found.Add(slot);
    }

    public void FindConversation(int number)
    {
        if (Conversations[number] == 0)
            _foundConversations.Add(number);
    }

    public void Clear()
    {
        foreach (var slot in _found)
            (Words[slot], OwnWords[slot], Lifts[slot], IsFound[slot]) = (0, 0, 0, false);
        foreach (var number in _foundConversations)
            Conversations[number] = 0;
        _found.Clear();
        _foundConversations.Clear();
    }
}
